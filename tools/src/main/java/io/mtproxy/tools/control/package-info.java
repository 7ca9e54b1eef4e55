/** The way to a running daemon: its control socket, one line to it, and what it says until it is done. */
@NullMarked
package io.mtproxy.tools.control;

import org.jspecify.annotations.NullMarked;
