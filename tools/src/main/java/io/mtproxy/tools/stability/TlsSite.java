package io.mtproxy.tools.stability;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A site with TLS as the JDK speaks it, and a certificate of its own: what a proxy hides behind. Says hello to everybody. */
public final class TlsSite {
    private static final int SECONDS = 60;
    private static final int PATIENCE_MILLIS = 60_000;
    /** Of a key that lives as long as the site. */
    private static final String PASSWORD = "changeit";
    private static final byte[] PAGE = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n"
            .getBytes(StandardCharsets.US_ASCII);

    private TlsSite() {}

    /**
     * On a free port of the loopback.
     *
     * @param directory gets the key
     * @param domain that the certificate names
     */
    public static LoopbackSite start(Path directory, String domain) throws IOException, InterruptedException {
        SSLSocketFactory sockets = context(key(directory, domain)).getSocketFactory();
        return LoopbackSite.start(visitor -> receive(visitor, sockets));
    }

    /** An RSA key: all its answers have the same length. */
    private static Path key(Path directory, String domain) throws IOException, InterruptedException {
        Path file = directory.resolve("site.p12");
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(tool.toString(), "-genkeypair", "-alias", "site", "-keyalg", "RSA",
                "-keysize", "2048", "-validity", "2", "-dname", "CN=" + domain, "-storetype", "PKCS12", "-storepass",
                PASSWORD, "-keystore", file.toString()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("keytool: " + output);
        }
        return file;
    }

    private static SSLContext context(Path key) throws IOException {
        try (InputStream in = Files.newInputStream(key)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the site's key", e);
        }
    }

    private static void receive(Socket visitor, SSLSocketFactory sockets) throws IOException {
        visitor.setSoTimeout(PATIENCE_MILLIS);
        try (SSLSocket socket = (SSLSocket) sockets.createSocket(visitor, null, true)) {
            if (socket.getInputStream().read(new byte[4096]) > 0) {
                socket.getOutputStream().write(PAGE);
            }
        }
    }
}
