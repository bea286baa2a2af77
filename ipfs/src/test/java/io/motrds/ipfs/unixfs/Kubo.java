package io.motrds.ipfs.unixfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real kubo, run as a command on a repository of its own, without a daemon and so without a network. */
public final class Kubo {

    private final Path program;
    private final Path folder;

    private Kubo(Path program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /** The one that MOTRDS_IPFS names, or that the build of kubo-plugin left behind. */
    public static Kubo inNewRepository(Path folder) throws IOException, InterruptedException {
        String named = System.getenv("MOTRDS_IPFS");
        Path program =
                Path.of(named == null ? "../kubo-plugin/target/ipfs" : named).toAbsolutePath();
        if (!Files.isExecutable(program)) {
            Assumptions.abort("not run: comparison with kubo: there is no program " + program
                    + "; build it, or name one in MOTRDS_IPFS");
        }
        Kubo kubo = new Kubo(program, folder);
        kubo.run("init", "--empty-repo");
        return kubo;
    }

    /** What the command prints on standard output. */
    public byte[] run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("IPFS_PATH", folder.resolve("repository").toString());
        builder.environment().put("IPFS_TELEMETRY", "off");
        Process process = builder.start();
        process.getOutputStream().close();
        byte[] output = process.getInputStream().readAllBytes();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), () -> command + ": " + read(errors));
        return output;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The root of what {@code ipfs add} takes in. */
    String add(List<String> options, Path path) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("add", "-Q", "-r"));
        arguments.addAll(options);
        arguments.add(path.toString());
        return new String(run(arguments.toArray(String[]::new)), UTF_8).strip();
    }
}
