/** Stores made of stores: mount, measure, namespace, retry, log. */
@NullMarked
package io.motrds.layers;

import org.jspecify.annotations.NullMarked;
