package io.motrds.ipfs.unixfs;

import io.motrds.ipfs.cid.Cid;
import io.motrds.ipfs.cid.InvalidCidException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a file or folder is: a CID, and names that lead down from it, as in {@code Qm…/photos/cat.jpg}. A name is taken as
 * it stands, {@code ..} too: it leads to an entry of that name.
 *
 * @param root where it starts
 * @param names none for the root itself
 */
public record IpfsPath(Cid root, List<String> names) {

    private static final String NAMESPACE = "/ipfs/";

    /** Copies the names. */
    public IpfsPath {
        names = List.copyOf(names);
    }

    /** A CID alone. */
    public static IpfsPath of(Cid root) {
        return new IpfsPath(root, List.of());
    }

    /**
     * Reads {@code CID}, {@code CID/name/name} or either with {@code /ipfs/} before it. Empty names are passed over.
     *
     * @throws InvalidCidException if it does not start with a CID
     */
    public static IpfsPath parse(String text) {
        String path = text.startsWith(NAMESPACE) ? text.substring(NAMESPACE.length()) : text;
        String[] parts = path.split("/", -1);
        List<String> names =
                Arrays.stream(parts).skip(1).filter(name -> !name.isEmpty()).toList();
        return new IpfsPath(Cid.parse(parts[0]), names);
    }

    /** The path to an entry of what this leads to. */
    IpfsPath child(String name) {
        return new IpfsPath(root, Stream.concat(names.stream(), Stream.of(name)).toList());
    }

    /** The CID and the names, as {@link #parse} reads them. */
    @Override
    public String toString() {
        return names.isEmpty() ? root.toString() : root + "/" + String.join("/", names);
    }
}
