package io.mtproxy.proxy.handover;

/**
 * Bytes, and descriptors that they are about. The arrays are not copied.
 *
 * @param descriptors whoever has the parcel owns them
 */
public record Parcel(byte[] bytes, int[] descriptors) {}
