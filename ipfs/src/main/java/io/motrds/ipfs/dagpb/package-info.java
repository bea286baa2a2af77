/** The dag-pb codec: nodes with data and named links, and the protobuf wire format that it is made of. */
@NullMarked
package io.motrds.ipfs.dagpb;

import org.jspecify.annotations.NullMarked;
