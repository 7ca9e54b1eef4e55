package io.mtproxy.tools.drill;

/**
 * One request of a client, connecting included where it was not connected; or one stream.
 *
 * @param client its number
 * @param begun reading of {@link System#nanoTime}
 * @param ended the same
 * @param failure why it failed; nothing when it was answered
 */
record Request(int client, long begun, long ended, String failure) {

    boolean answered() {
        return failure.isEmpty();
    }
}
