package io.mtproxy.tools.load;

import java.io.IOException;

/** What came back is not what should have come. The message is the reason under which the failure is counted. */
public final class LoadFailure extends IOException {
    private static final long serialVersionUID = 1;

    LoadFailure(String reason) {
        super(reason);
    }
}
