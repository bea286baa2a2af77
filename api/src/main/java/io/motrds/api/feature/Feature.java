package io.motrds.api.feature;

/** The common type of the features, so that {@code feature(…)} finds features and nothing else. */
public interface Feature {}
