package io.mtproxy.tools.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QrCodeTest {
    private static final int SCALE = 4;

    @ParameterizedTest
    @ValueSource(strings = {"x",
            "https://t.me/proxy?server=203.0.113.7&port=443&secret=dd00112233445566778899aabbccddeeff",
            "https://t.me/proxy?server=proxy.example.org&port=8443&secret=ee00112233445566778899aabbccddeeff"
                    + "7777772e6578616d706c652e6f7267"})
    void whatATerminalShowsCanBeRead(String text) throws Exception {
        List<String> lines = QrCode.lines(text);

        assertThat(lines).allSatisfy(line -> assertThat(line).hasSameSizeAs(lines.getFirst()));
        assertThat(new QRCodeReader().decode(photograph(lines)).getText()).isEqualTo(text);
    }

    /** On a dark terminal: what is drawn is light. */
    private static BinaryBitmap photograph(List<String> lines) {
        int width = lines.getFirst().length() * SCALE;
        int height = 2 * lines.size() * SCALE;
        int[] pixels = new int[width * height];
        for (int y = 0; y < height; y++) {
            String line = lines.get(y / SCALE / 2);
            boolean upper = y / SCALE % 2 == 0;
            for (int x = 0; x < width; x++) {
                char drawn = line.charAt(x / SCALE);
                boolean light = drawn == '\u2588' || drawn == (upper ? '\u2580' : '\u2584');
                pixels[y * width + x] = light ? 0xffffff : 0;
            }
        }
        return new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, height, pixels)));
    }
}
