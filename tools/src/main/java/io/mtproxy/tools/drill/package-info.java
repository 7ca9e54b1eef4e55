/**
 * The drill of a cutover and its rollback: one symlink is switched and the proxy restarted while clients keep coming; guards
 * say whether anybody would have noticed more than a restart of the reference costs. And that of upgrades, which nobody may
 * notice at all.
 */
@NullMarked
package io.mtproxy.tools.drill;

import org.jspecify.annotations.NullMarked;
