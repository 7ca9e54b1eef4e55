package io.mtproxy.proxy.refresh;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How a site is reached and whom we believe that he is it.
 *
 * @param trust   null = the JDK's own roots
 * @param proxy   an HTTP proxy that is asked to connect; null = none
 * @param connect bound of a connect
 * @param all     bound of one answer, from the connect to its last byte
 */
public record Way(@Nullable SSLContext trust, @Nullable InetSocketAddress proxy, Duration connect, Duration all) {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ALL = Duration.ofSeconds(30);
    private static final int MAX_PORT = 65_535;
    private static final int MAX_CERTIFICATES = 1 << 20;

    /**
     * The usual bounds.
     *
     * @param certificates a PEM file with whom to believe besides the JDK's roots, or null
     * @param proxy        {@code http://host:port}, or null
     * @throws IOException with a message for an operator, when the file or the proxy cannot be used
     */
    public static Way of(@Nullable String certificates, @Nullable String proxy) throws IOException {
        return new Way(certificates == null ? null : trust(Path.of(certificates)),
                proxy == null ? null : proxy(proxy), CONNECT, ALL);
    }

    /** The JDK's roots and those of a PEM file. */
    static SSLContext trust(Path certificates) throws IOException {
        try {
            KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
            roots.load(null, null);
            for (X509Certificate root : ownRoots()) {
                add(roots, root);
            }
            for (Certificate root : read(certificates)) {
                add(roots, root);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(roots), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(certificates + ": expected certificates in PEM form, came: " + e.getMessage(), e);
        }
    }

    private static void add(KeyStore roots, Certificate root) throws GeneralSecurityException {
        roots.setCertificateEntry(Integer.toString(roots.size()), root);
    }

    private static Collection<? extends Certificate> read(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] text = in.readNBytes(MAX_CERTIFICATES);
            Collection<? extends Certificate> read = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text));
            if (read.isEmpty()) {
                throw new IOException(file + ": expected certificates in PEM form, came none");
            }
            return read;
        }
    }

    private static X509Certificate[] ownRoots() throws GeneralSecurityException {
        for (TrustManager manager : managers(null)) {
            if (manager instanceof X509TrustManager certificates) {
                return certificates.getAcceptedIssuers();
            }
        }
        return new X509Certificate[0];
    }

    private static TrustManager[] managers(@Nullable KeyStore roots) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(roots);
        return factory.getTrustManagers();
    }

    /** The JDK's client speaks to HTTP proxies only. */
    static InetSocketAddress proxy(String url) throws IOException {
        try {
            URI uri = new URI(url);
            String host = uri.getHost();
            boolean bare = uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null
                    && (uri.getPath() == null || uri.getPath().isEmpty() || uri.getPath().equals("/"));
            if ("http".equalsIgnoreCase(uri.getScheme()) && host != null && bare && uri.getPort() > 0
                    && uri.getPort() <= MAX_PORT) {
                return InetSocketAddress.createUnresolved(host, uri.getPort());
            }
        } catch (URISyntaxException e) {
            // the same message
        }
        throw new IOException("proxy \"" + url + "\": expected http://host:port (no other kind is supported, nor a "
                + "password)");
    }
}
