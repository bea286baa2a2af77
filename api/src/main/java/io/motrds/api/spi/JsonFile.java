package io.motrds.api.spi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads JSON. Numbers and truth values are kept as they are written; null is as if it were not given. */
final class JsonFile {

    private JsonFile() {}

    static void parse(String text, ConfigNode root) {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            if (parser.nextToken() != null) {
                read(parser, root);
            }
            if (parser.nextToken() != null) {
                throw malformed(parser.currentTokenLocation());
            }
        } catch (JsonProcessingException e) {
            throw malformed(e.getLocation());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RuntimeException malformed(JsonLocation at) {
        return ConfigReader.malformed("JSON", at.getLineNr(), at.getColumnNr());
    }

    private static void read(JsonParser parser, ConfigNode to) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_NULL) {
                    read(parser, to.add(name));
                }
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            to.setList();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                read(parser, to.addElement());
            }
        } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
            to.setText(parser.getText());
        }
    }
}
