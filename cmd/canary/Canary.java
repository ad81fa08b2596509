// Says what arrived of the Authorization header, and never the value. Start it in
// place of the real application, behind the same server:
//   PORT=3000 java Canary.java
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

public class Canary {
    static final String[] NAMES = {"Authorization", "X-Authorization", "X-Forwarded-Authorization"};

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> {
            String carrier = null, value = "";
            for (String name : NAMES) {
                String field = exchange.getRequestHeaders().getFirst(name);
                if (carrier == null && field != null && !field.isEmpty()) {
                    carrier = name;
                    value = field;
                }
            }
            int space = value.indexOf(' ');
            String scheme = (space < 0 ? value : value.substring(0, space)).replaceAll("[^A-Za-z0-9_-]", "?");
            byte[] credentials = (space < 0 ? "" : value.substring(space + 1)).getBytes(StandardCharsets.ISO_8859_1);
            String body = String.format(
                "{\"canary\":\"java\",\"seen\":%b,\"scheme\":\"%s\",\"length\":%d,\"sha256_8\":\"%s\",\"carrier\":%s}",
                carrier != null, scheme, credentials.length, carrier == null ? "" : digest(credentials),
                carrier == null ? "null" : "\"" + carrier + "\"");
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    static String digest(byte[] data) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(data);
            return String.format("%02x%02x%02x%02x", sum[0], sum[1], sum[2], sum[3]);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
