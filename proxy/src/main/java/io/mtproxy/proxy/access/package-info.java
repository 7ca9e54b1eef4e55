/** Who may come in: secrets, limits, and the memory of who has been here. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.access;
