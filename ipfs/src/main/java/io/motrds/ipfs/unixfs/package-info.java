/** Files and folders as UnixFS: in with the importer, out with the exporter. */
@NullMarked
package io.motrds.ipfs.unixfs;

import org.jspecify.annotations.NullMarked;
