/** The site behind which the proxy hides: what it looks like, where it is, and what it is asked again and again. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.front;
