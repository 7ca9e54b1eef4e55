/** The command line of mtproxyctl: one class per command, each a thin layer over the packages that do the work. */
@NullMarked
package io.mtproxy.tools.cli;

import org.jspecify.annotations.NullMarked;
