/** Who may come in: secrets. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.access;
