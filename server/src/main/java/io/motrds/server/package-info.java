/** The sidecar: a datastore over gRPC on a Unix socket or a loopback port, with health and metrics. */
@NullMarked
package io.motrds.server;

import org.jspecify.annotations.NullMarked;
