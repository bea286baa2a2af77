/** What server and client share: addresses, and the contract's values as messages and back. */
@NullMarked
package io.motrds.server.wire;

import org.jspecify.annotations.NullMarked;
