import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** What an application itself saw of the Authorization header, never its value. */
class Seen {
    static String by(HttpServletRequest request) throws GeneralSecurityException {
        String[] words = (request.getHeader("Authorization") + " ").split(" ", 2);
        if (request.getHeader("Authorization") == null) {
            return "{\"seen\": false, \"scheme\": \"\", \"sha256_8\": \"\"}";
        }
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(words[1].stripTrailing().getBytes(StandardCharsets.ISO_8859_1));
        return "{\"seen\": true, \"scheme\": \"%s\", \"sha256_8\": \"%s\"}".formatted(words[0], HexFormat.of().formatHex(sum, 0, 4));
    }
}
