/** The daemon's log: C's line formats, verbosity levels, reopening. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.log;
