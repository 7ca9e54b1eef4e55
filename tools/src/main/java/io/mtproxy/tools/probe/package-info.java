/**
 * Compares a proxy that hides behind a site with that site: what a censor could send, and all that can be seen of the answers.
 */
@NullMarked
package io.mtproxy.tools.probe;

import org.jspecify.annotations.NullMarked;
