/**
 * The dual run: the reference and the candidate, one after the other and again, on the same simulated Telegram with the same
 * traffic; guards say whether the candidate is not worse.
 */
@NullMarked
package io.mtproxy.tools.dualrun;

import org.jspecify.annotations.NullMarked;
