/** What the author of a store needs: the provider, its parameters, and a base class that keeps the common rules. */
@NullMarked
package io.motrds.api.spi;

import org.jspecify.annotations.NullMarked;
