package io.motrds.tck;

import io.motrds.api.Datastore;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a store can do wrong, and the tests of the kit that must catch it. */
@SuppressWarnings("ImmutableEnumChecker") // method references and lists that do not change
enum Fault {
    // single keys
    LOSES_THE_LAST_WRITE(
            FaultyKeys::losesTheLastWrite, "aPutReplacesTheValue", "aQuerySeesEveryWriteThatReturnedBefore"),
    DELETES_NOTHING(FaultyKeys::deletesNothing, "aKeyThatWasPutIsThereUntilItIsDeleted"),
    RESURRECTS_DELETED_KEYS(FaultyKeys::resurrectsDeletedKeys, "anySequenceOfOperationsDoesWhatASortedMapDoes"),
    KEEPS_TOMBSTONES(FaultyKeys::keepsTombstones, "aDeletedKeyCanBePutAgain"),
    SYNCS_KEYS_ALONE(FaultyKeys::syncsKeysAlone, "syncTakesAnyPrefix"),
    DELETES_THE_CHILDREN(FaultyKeys::deletesTheChildren, "deletingAKeyLeavesAllOthers"),
    EMPTY_IS_ABSENT(FaultyKeys::emptyIsAbsent, "anEmptyValueIsAValue"),
    TELLS_OLD_SIZES(FaultyKeys::tellsOldSizes, "aPutReplacesTheValue"),
    FAILS_WHEN_ABSENT(FaultyKeys::failsWhenAbsent, "anAbsentKeyIsNoError"),
    CUTS_OFF_LARGE_VALUES(
            FaultyKeys::cutsOffLargeValues, "valuesOfEverySizeComeBack", "aBatchTakesEveryValueThatPutTakes"),
    READS_VALUES_AS_TEXT(FaultyKeys::readsValuesAsText, "valuesMayHoldAnyBytes"),
    IGNORES_CASE(FaultyKeys::ignoresCase, "everyKeyComesBackAsItWasPut", "everyKeyCanBeBatchedAndDeleted"),
    REFUSES_THE_ROOT(FaultyKeys::refusesTheRoot, "theRootSelectsEverythingAndCanBeAKey"),
    GETS_ALL_IN_KEY_ORDER(FaultyKeys::getsAllInKeyOrder, "getAllKeepsTheOrderThatWasAskedFor"),
    GETS_ALL_WITH_ABSENT_KEYS(FaultyKeys::getsAllWithAbsentKeys, "getAllLeavesOutAbsentKeysAndGivesDuplicatesOnce"),
    SHARES_ONE_MAP(FaultyKeys::sharesOneMap, "storesAtTwoPlacesShareNothing"),
    HAS_NO_NAME(FaultyKeys::hasNoName, "aStoreHasANameForMessages"),
    KEEPS_THE_CALLERS_ARRAY(FaultyKeys::keepsTheCallersArray, "putKeepsNoArrayOfTheCaller"),
    HANDS_OUT_ITS_ARRAY(FaultyKeys::handsOutItsArray, "getHandsOutNoArrayOfTheStore", "twoReadersShareNoArray"),
    HANDS_OUT_ITS_ARRAYS(FaultyKeys::handsOutItsArrays, "getAllHandsOutNoArrayOfTheStore"),
    ACCEPTS_OVERSIZE_KEYS(FaultyKeys::acceptsOversize, "aKeyOverTheLimitIsRefusedByEveryMethod"),
    ACCEPTS_OVERSIZE_VALUES(FaultyKeys::acceptsOversize, "aValueOverTheLimitIsRefused"),
    REFUSES_WHAT_IS_WITHIN_ITS_LIMITS(
            FaultyKeys::refusesWhatIsWithinItsLimits, "aKeyAtTheLimitIsTaken", "aValueAtTheLimitIsTaken"),

    // queries
    IGNORES_THE_OFFSET(
            FaultyQueries::ignoresTheOffset, "offsetAndLimitCutTheResults", "everyCombinationOfPartsGivesWhatItMeans"),
    TAKES_THE_LIMIT_FOR_ONE_LESS(FaultyQueries::takesTheLimitForOneLess, "offsetAndLimitCutTheResults"),
    IGNORES_THE_SECOND_FILTER(FaultyQueries::ignoresTheSecondFilter, "filtersMustAllHold"),
    IGNORES_THE_SECOND_ORDER(FaultyQueries::ignoresTheSecondOrder, "ordersDecideOneAfterTheOther"),
    SORTS_BY_UTF16(FaultyQueries::sortsByUtf16, "charactersBeyondTheBasicPlaneComeLast", "keysAreOrderedByTheirBytes"),
    IGNORES_THE_DIRECTION(FaultyQueries::ignoresTheDirection, "keysAreOrderedByTheirBytes"),
    PREFIX_SELECTS_NEIGHBOURS(
            FaultyQueries::prefixSelectsNeighbours,
            "aPrefixSelectsNeitherItselfNorItsNeighbours",
            "aPrefixMeansTheSameHoweverItIsWritten"),
    PREFIX_SELECTS_ITSELF(
            FaultyQueries::prefixSelectsItself,
            "aPrefixSelectsNeitherItselfNorItsNeighbours",
            "aPrefixSelectsItsStrictChildrenAlone"),
    ENDS_AT_A_THOUSAND(FaultyQueries::endsAtAThousand, "manyKeysAreAllShown"),
    PAGES_FROM_THE_KEY_ITSELF(FaultyQueries::pagesFromTheKeyItself, "pagesByKeyShowEveryKeyOnce"),
    GIVES_VALUES_UNASKED(FaultyQueries::givesValuesUnasked, "aQueryGivesWhatItsProjectionNames"),
    READS_VALUES_FOR_KEYS_ONLY(FaultyQueries::readsValuesForKeysOnly, "whatAStoreDoesItselfItReallyDoes"),
    READS_ALL_FOR_THE_FIRST(FaultyQueries::readsAllForTheFirst, "whatAStoreDoesItselfItReallyDoes"),
    QUERY_HANDS_OUT_ITS_ARRAY(FaultyQueries::handsOutItsArray, "aQueryHandsOutNoArrayOfTheStore"),
    HASNEXT_SKIPS(FaultyQueries::hasNextSkips, "askingWhetherThereIsMoreTakesNothing"),
    NEXT_NEEDS_HASNEXT(FaultyQueries::nextNeedsHasNext, "nextWorksWithoutAskingFirst"),
    CLOSED_RESULTS_GO_ON(FaultyQueries::closedResultsGoOn, "closedResultsGiveNothing"),
    HIDES_A_FAILURE(FaultyQueries::hidesAFailure, "resultsEndWithAFailureWhenTheStoreCloses"),
    OPEN_RESULTS_STOP_WRITES(FaultyQueries::openResultsStopWrites, "abandonedResultsDoNotStopTheStore"),
    RESULTS_SHARE_A_POSITION(FaultyQueries::resultsShareAPosition, "severalResultsAreReadAtOnce"),
    COUNTS_ITS_POSITION(
            FaultyQueries::countsItsPosition,
            "resultsCanBeReadWhileTheReaderWrites",
            "aQueryDuringWritesShowsWhatStaysExactlyOnce"),
    SHOWS_A_KEY_TWICE(FaultyQueries::showsAKeyTwice, "aQueryDuringWritesShowsWhatStaysExactlyOnce"),
    ANSWERS_QUERIES_FROM_A_CACHE(FaultyQueries::answersFromACache, "aQuerySeesEveryWriteThatReturnedBefore"),

    // batches
    VISIBLE_BEFORE_COMMIT(FaultyBatches::visibleBeforeCommit, "aBatchShowsNothingBeforeItsCommitAndEverythingAfter"),
    FIRST_WRITE_WINS(FaultyBatches::firstWriteWins, "theLastWriteToAKeyWins"),
    DELETES_A_THOUSAND(FaultyBatches::deletesAThousand, "aBatchDeletesManyKeys"),
    BATCH_KEEPS_THE_CALLERS_ARRAY(FaultyBatches::keepsTheCallersArray, "aBatchKeepsNoArrayOfTheCaller"),
    CLOSE_COMMITS(FaultyBatches::closeCommits, "aClosedBatchIsDiscarded"),
    COMMITS_AGAIN(FaultyBatches::commitsAgain, "aBatchIsUsedOnce"),
    FAILS_WHEN_EMPTY(FaultyBatches::failsWhenEmpty, "anEmptyBatchCanBeCommitted"),
    BATCHES_SHARE_THEIR_WRITES(FaultyBatches::shareTheirWrites, "batchesAreIndependent"),
    TORN_BATCH(FaultyBatches::torn, "aBatchIsAsAtomicAsTheStoreSays"),
    BATCH_OUTLIVES_ITS_STORE(FaultyBatches::outlivesItsStore, "aBatchDoesNotOutliveItsStore"),
    COMMIT_HIDES_ITS_FAILURE(FaultyBatches::hidesItsFailure, "aCommitThatMeetsCloseIsAppliedOrNamesItsKeys"),
    BATCHES_AT_ONCE_GET_LOST(FaultyBatches::atOnceGetLost, "batchesAtOnceAreAllApplied"),

    // threads and closing
    WORKS_AFTER_CLOSE(FaultyThreads::worksAfterClose, "aClosedStoreRefusesEveryMethod", "closingTwiceDoesNothing"),
    CLOSES_ONCE_ONLY(FaultyThreads::closesOnceOnly, "closingTwiceDoesNothing"),
    FEATURES_WORK_AFTER_CLOSE(FaultyFeatures::workAfterClose, "theFeaturesOfAClosedStoreAreRefused"),
    CLOSE_BREAKS_WHAT_IS_UNDER_WAY(FaultyThreads::closeBreaksWhatIsUnderWay, "callsThatMeetCloseAreDoneOrRefused"),
    LOSES_WRITES_OF_OTHERS(FaultyThreads::losesWritesOfOthers, "writersOfDifferentKeysLoseNothing"),
    TEARS_VALUES(FaultyThreads::tearsValues, "readersSeeWholeValues"),
    READS_STALE_VALUES(FaultyThreads::readsStaleValues, "operationsOnOneKeyAreLinearizable"),
    WRITES_LATER(FaultyThreads::writesLater, "operationsOnOneKeyAreLinearizable"),

    // durability
    KEEPS_NOTHING(FaultyDurability::keepsNothing, "aStoreThatWasClosedKeepsWhatItPromises"),
    KEEPS_UNPROMISED(FaultyDurability::keepsUnpromised, "aStoreThatWasClosedKeepsWhatItPromises"),
    FORGETS_DELETES(FaultyDurability::forgetsDeletes, "aStoreThatWasClosedKeepsWhatItPromises"),
    IS_NOT_EMPTY_AT_FIRST(FaultyDurability::isNotEmptyAtFirst, "aStoreThatWasNeverWrittenCanBeOpenedAgain"),
    LOSES_SYNCED_WRITES_IN_A_CRASH(FaultyDurability::losesSyncedWrites, "whatWasSyncedSurvivesAKilledProcess"),
    HALF_A_BATCH_AFTER_A_CRASH(FaultyDurability::halfABatch, "whatWasSyncedSurvivesAKilledProcess"),
    SYNC_FORCES_NOTHING(FaultyDurability::syncForcesNothing, "syncForcesEveryFileThatWasWritten"),
    FORCES_NO_FOLDER(FaultyDurability::forcesNoFolder, "syncForcesEveryNewDirectoryEntry"),

    // features
    COUNTS_NO_SPACE(FaultyFeatures::countsNoSpace, "diskUsageCoversWhatIsStored"),
    FINDS_DAMAGE_IN_GOOD_DATA(FaultyFeatures::findsDamage, "aConsistencyCheckOfAGoodStorePassesAndChangesNothing"),
    SCRUBS_DATA_AWAY(FaultyFeatures::scrubsDataAway, "scrubbingAGoodStoreLosesNothing"),
    COLLECTS_DATA_AS_GARBAGE(FaultyFeatures::collectsData, "collectingGarbageLosesNothing"),
    NEVER_EXPIRES(FaultyFeatures::neverExpires, "valuesGoAwayWhenTheirTimeHasCome"),
    TRANSACTIONS_LOSE_UPDATES(
            FaultyFeatures::losesUpdates,
            "transactionsAreSerializable",
            "aTransactionSeesTheStoreAsItWasAndLosesAgainstOtherWriters"),
    TRANSACTIONS_SHOW_EARLY(FaultyFeatures::showsEarly, "aTransactionIsAppliedWholeOrNotAtAll"),
    FEATURES_IGNORE_THE_LIMITS(FaultyFeatures::ignoresTheLimits, "featuresKeepTheLimits");

    private final Function<@Nullable Path, Datastore> opener;
    private final List<String> caughtBy;

    Fault(Function<@Nullable Path, Datastore> opener, String... caughtBy) {
        this.opener = opener;
        this.caughtBy = List.of(caughtBy);
    }

    Datastore open(@Nullable Path folder) {
        return opener.apply(folder);
    }

    /** The tests that must fail for a store with this fault. */
    List<String> caughtBy() {
        return caughtBy;
    }
}
