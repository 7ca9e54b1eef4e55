/** What fuzz targets share: reading the fuzzer's bytes, cutting them into pieces, oracles, stored seeds. */
package io.mtproxy.fuzz;
