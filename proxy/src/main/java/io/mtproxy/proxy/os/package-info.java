/** What Java lacks: users, limits, priority, sessions, signals. The only package with java.lang.foreign and sun.misc. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.os;
