package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.motrds.api.Datastore;
import io.motrds.api.Datastores;
import io.motrds.ipfs.Blockstore;
import io.motrds.ipfs.car.CarExporter;
import io.motrds.ipfs.car.CarImporter;
import io.motrds.ipfs.cid.Cid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A kubo on this machine gives what the recorded one gave, and takes what is written here, as we take what it writes. */
class KuboLiveTest {

    @TempDir
    static Path repositories;

    private static Kubo kubo;

    @BeforeAll
    static void openRepository() throws Exception {
        kubo = Kubo.inNewRepository(repositories);
    }

    static Stream<KuboCase> cases() {
        return KuboCase.all().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void kuboGivesTheRecordedCid(KuboCase each, @TempDir Path folder) throws Exception {
        assertEquals(each.cid(), kubo.add(each.optionList(), each.make(folder)));
    }

    @Test
    void eachTakesTheOthersCarsAndWritesTheSameBytes(@TempDir Path folder) throws Exception {
        for (KuboCase each : List.of(
                new KuboCase("tree", "--preserve-mtime", ""), // set-user-id would not come back
                new KuboCase("names 20000", "", ""),
                new KuboCase("file 3000000", "--chunker=size-1000 --trickle", ""))) {
            Path made = each.make(Files.createTempDirectory(folder, "case"));
            try (Datastore store = Datastores.open(Map.of("type", "mem"));
                    Datastore empty = Datastores.open(Map.of("type", "mem"))) {
                Cid root = each.add(made, new Blockstore(store));
                ByteArrayOutputStream car = new ByteArrayOutputStream();
                new CarExporter(new Blockstore(store)).export(root, car);

                Path file = Files.write(folder.resolve("ours.car"), car.toByteArray());
                Kubo other = Kubo.inNewRepository(Files.createTempDirectory(folder, "kubo"));
                String imported = new String(other.run("dag", "import", file.toString()), UTF_8);
                assertTrue(imported.contains(root + "\tsuccess"), imported);
                byte[] theirs = other.run("dag", "export", "--progress=false", root.toString());
                assertArrayEquals(car.toByteArray(), theirs, each.toString());

                new CarImporter(new Blockstore(empty)).add(new ByteArrayInputStream(theirs));
                Path back = folder.resolve("back-" + root);
                new UnixFsExporter(new Blockstore(empty)).get(IpfsPath.of(root), back);
                assertEquals(root, each.add(back, new Blockstore(empty)));
            }
        }
    }
}
