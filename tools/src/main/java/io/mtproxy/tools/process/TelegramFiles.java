package io.mtproxy.tools.process;

import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files by which proxies and clients find a simulated Telegram.
 *
 * @param secret for {@code --aes-pwd}
 * @param config the backend config: every data centre
 * @param rsa the public key that clients have to know
 */
public record TelegramFiles(Path secret, Path config, Path rsa) {

    /** Where the secret stands in a folder. */
    public static Path secret(Path directory) {
        return directory.resolve("proxy-secret").toAbsolutePath();
    }

    /** Writes all three. */
    public static TelegramFiles write(Path directory, SimulatedTelegram telegram) throws IOException {
        TelegramFiles files = new TelegramFiles(secret(directory), directory.resolve("backend.conf").toAbsolutePath(),
                directory.resolve("rsa.pem").toAbsolutePath());
        Files.write(files.secret(), telegram.proxySecret());
        Files.writeString(files.config(), telegram.proxyConfig());
        Files.writeString(files.rsa(), telegram.rsaPublicKeyPem());
        return files;
    }
}
