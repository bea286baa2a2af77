/** The native client: calls libmotr through JNA. Bindings, memory and threads, nothing else. */
@NullMarked
package io.motrds.motr.jna;

import org.jspecify.annotations.NullMarked;
