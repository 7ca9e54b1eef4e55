/** The command line: GNU getopt semantics, the option table, the usage text, exit codes. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.cli;
