package io.motrds.api.broken;

import io.motrds.api.Datastore;
import io.motrds.api.spi.DatastoreProvider;
import io.motrds.api.spi.Parameter;
import io.motrds.api.spi.StoreConfig;
import java.util.List;

/**
 * A provider that works, and its subclasses, which do not, each in its own way. They are not on any list of providers;
 * tests name them in a folder of their own.
 */
public class Provider implements DatastoreProvider {

    @Override
    public String type() {
        return "sound";
    }

    @Override
    public String description() {
        return "a store for tests";
    }

    @Override
    public List<Parameter<?>> parameters() {
        return List.of();
    }

    @Override
    public Datastore open(StoreConfig config) {
        throw new UnsupportedOperationException("not opened by any test");
    }

    /** Claims a type that another claims, too. */
    public static class Rival extends Provider {}

    /** And one more. */
    public static class OtherRival extends Provider {}

    /** Its constructor fails. */
    public static class FailingConstructor extends Provider {
        /** Fails. */
        public FailingConstructor() {
            throw new IllegalStateException("no constructor today");
        }
    }

    /** Its class cannot be initialized. */
    public static class FailingInitializer extends Provider {
        private static final int NUMBER = Integer.parseInt("no number");

        @Override
        public String type() {
            return "failing" + NUMBER;
        }
    }

    /** Has no constructor that a loader could call. */
    public static class WithoutConstructor extends Provider {
        /** Needs what no loader gives. */
        public WithoutConstructor(String needed) {
            super();
        }
    }

    /** What another provider extends; a test hides it. */
    public static class Hidden extends Provider {}

    /** Cannot be linked where the class that it extends is missing. */
    public static class WithoutParent extends Hidden {}

    /** Tells no type. */
    public static class NullType extends Provider {
        @Override
        @SuppressWarnings("NullAway")
        public String type() {
            return null;
        }
    }

    /** Tells an empty type. */
    public static class BlankType extends Provider {
        @Override
        public String type() {
            return " ";
        }
    }

    /** Fails when asked for its type. */
    public static class FailingType extends Provider {
        @Override
        public String type() {
            throw new IllegalStateException("no type today");
        }
    }

    /** Fails when asked for its parameters. */
    public static class FailingParameters extends Provider {
        @Override
        public String type() {
            return "picky";
        }

        @Override
        public List<Parameter<?>> parameters() {
            throw new NoClassDefFoundError("com/example/Missing");
        }
    }

    /** Declares one name twice. */
    public static class TwinParameters extends Provider {
        @Override
        public String type() {
            return "twins";
        }

        @Override
        public List<Parameter<?>> parameters() {
            return List.of(Parameter.text("name", "x"), Parameter.flag("name", "y"));
        }
    }

    /** Declares the name that every store has already. */
    public static class TypeParameter extends Provider {
        @Override
        public String type() {
            return "typed";
        }

        @Override
        public List<Parameter<?>> parameters() {
            return List.of(Parameter.text("type", "x"));
        }
    }
}
