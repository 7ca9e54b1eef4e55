/** What an operator writes down: settings, secrets and the backend config file, as immutable, validated values. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.config;
