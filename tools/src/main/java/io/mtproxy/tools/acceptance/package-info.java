/**
 * What the dual run and the cutover drill share: two programs with one command line, what was measured of them, the guards
 * that judge it, and the report.
 */
@NullMarked
package io.mtproxy.tools.acceptance;

import org.jspecify.annotations.NullMarked;
