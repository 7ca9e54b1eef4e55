package io.mtproxy.tools.probe;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The JDK's TLS client on a connection that exists. It trusts everybody and never resumes a session. */
final class RealClient {

    private RealClient() {}

    static void talk(Socket socket, Step.Tls step) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsEverybody()}, null);
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "site.invalid", 0, false);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setProtocols(new String[] {step.protocol()});
        parameters
                .setServerNames(step.serverName().isEmpty() ? List.of() : List.of(new SNIHostName(step.serverName())));
        parameters.setApplicationProtocols(step.alpn().toArray(String[]::new));
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        for (byte[] request : step.requests()) {
            tls.getOutputStream().write(request);
        }
        if (step.listen()) {
            listen(tls.getInputStream());
        }
    }

    private static void listen(InputStream in) throws IOException {
        byte[] b = new byte[16 * 1024];
        int read = in.read(b);
        while (read >= 0) {
            read = in.read(b);
        }
    }

    /** A prober wants to know what is sent, not who sends it. */
    private static final class TrustsEverybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
