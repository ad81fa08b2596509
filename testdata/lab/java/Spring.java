import jakarta.servlet.http.HttpServletRequest;
import java.security.GeneralSecurityException;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

/** A small API as Spring Security's reference has a resource server, without Spring Boot. */
@Configuration
@EnableWebMvc
@EnableWebSecurity
public class Spring {
    @Bean
    SecurityFilterChain chain(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(requests -> requests.requestMatchers("/echo").permitAll().anyRequest().authenticated())
                .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
                .build();
    }

    @Bean
    JwtDecoder decoder() {
        return NimbusJwtDecoder.withSecretKey(new SecretKeySpec(Secret.read(), "HmacSHA256")).build();
    }

    @RestController
    static class Api {
        @GetMapping(value = "/me", produces = "application/json")
        String me(@AuthenticationPrincipal Jwt token) {
            return "{\"user\": \"" + token.getSubject() + "\"}";
        }

        @GetMapping(value = "/echo", produces = "application/json")
        String echo(HttpServletRequest request) throws GeneralSecurityException {
            return Seen.by(request);
        }
    }
}
