import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The secret of the lab, which is where Tomcat has its files. */
class Secret {
    static byte[] read() {
        try {
            return Files.readAllBytes(Path.of(System.getProperty("catalina.base"), "secret.txt"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
