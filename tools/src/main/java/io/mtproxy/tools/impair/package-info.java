/** Makes a proxy worse on purpose, to see that guards notice. */
@NullMarked
package io.mtproxy.tools.impair;

import org.jspecify.annotations.NullMarked;
