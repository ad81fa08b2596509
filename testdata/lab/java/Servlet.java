import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.text.ParseException;

/**
 * A small API as people write it as a plain servlet: /me lets Tomcat say no, and /rfc6750/me
 * says why in its challenge.
 */
public class Servlet extends HttpServlet {
    private final DefaultJWTProcessor<SecurityContext> judge = new DefaultJWTProcessor<>();

    @Override
    public void init() {
        judge.setJWSKeySelector(new JWSVerificationKeySelector<>(JWSAlgorithm.HS256, new ImmutableSecret<>(Secret.read())));
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
        response.setContentType("application/json");
        if (request.getServletPath().equals("/echo")) {
            try {
                response.getWriter().print(Seen.by(request));
            } catch (GeneralSecurityException e) {
                throw new ServletException(e);
            }
            return;
        }
        boolean shown = request.getServletPath().startsWith("/rfc6750/");
        String header = request.getHeader("Authorization");
        if (header == null || !header.startsWith("Bearer ")) {
            refuse(response, shown ? "" : null, "Missing or invalid Authorization header");
            return;
        }
        try {
            String user = judge.process(header.substring(7), null).getSubject();
            response.getWriter().print("{\"user\": \"" + user + "\"}");
        } catch (ParseException | BadJOSEException | JOSEException e) {
            boolean expired = "Expired JWT".equals(e.getMessage());
            String description = "The access token " + (expired ? "expired" : "is invalid");
            refuse(response, shown ? ", error=\"invalid_token\", error_description=\"" + description + "\"" : null,
                    expired ? "Token expired" : "Invalid token");
        }
    }

    private static void refuse(HttpServletResponse response, String challenge, String message) throws IOException {
        if (challenge == null) {
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED, message);
            return;
        }
        response.setHeader("WWW-Authenticate", "Bearer realm=\"lab\"" + challenge);
        response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
    }
}
