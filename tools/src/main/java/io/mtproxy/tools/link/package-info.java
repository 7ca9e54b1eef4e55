/** Secrets and the links that carry them to Telegram's clients. Nothing here prints a secret outside a link. */
@NullMarked
package io.mtproxy.tools.link;

import org.jspecify.annotations.NullMarked;
