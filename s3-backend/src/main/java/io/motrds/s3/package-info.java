/** A datastore in a bucket of an S3 server. Opened by configuration, with {@code type=s3ds}. */
@NullMarked
package io.motrds.s3;

import org.jspecify.annotations.NullMarked;
