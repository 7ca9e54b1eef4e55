/** The client's side of fake TLS: hello, the proxy's answer, and streams of records, on blocking sockets. */
@NullMarked
package io.mtproxy.tools.tls;

import org.jspecify.annotations.NullMarked;
