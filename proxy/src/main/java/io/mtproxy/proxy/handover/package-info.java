/**
 * Live sessions go to another process of this program: what crosses, in which format, and over which channel. Who stops and
 * starts the loops is {@code app}'s business.
 */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.handover;
