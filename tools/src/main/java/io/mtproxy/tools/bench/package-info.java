/** What a proxy costs on this machine: fixed loads on a simulated Telegram, one table. */
@NullMarked
package io.mtproxy.tools.bench;

import org.jspecify.annotations.NullMarked;
