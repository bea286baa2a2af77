/** What some datastores can do beyond the base contract; asked for with {@link io.motrds.api.Datastore#feature}. */
@NullMarked
package io.motrds.api.feature;

import org.jspecify.annotations.NullMarked;
