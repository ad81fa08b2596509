package knowledge

import (
	"slices"
	"strings"
	"testing"
)

// Why a row has no file.
const (
	unverified = "unverified"                                   // nobody has read the source, or seen the answer
	unseen     = "it cannot be seen from outside"               // no answer, field or URL shows it
	ownWords   = "each application answers in words of its own" // its framework has none
	oneAnswer  = "one answer for everything, which has no mark" // an empty 401
	otherField = "it is about fields that the probe does not send"
	elsewhere  = "it is in the client, which the probe stands in for"
)

// A coverageRow is something that is known to happen, and the files that say it here;
// or why none does.
type coverageRow struct {
	what string
	by   string // products or causes, between spaces
	out  string
}

func (r coverageRow) check(t *testing.T, known []string) {
	t.Helper()
	if (r.by == "") == (r.out == "") {
		t.Errorf("%s: it is here, or there is a reason why not", r.what)
	}
	for name := range strings.FieldsSeq(r.by) {
		if !slices.Contains(known, name) {
			t.Errorf("%s: there is no %s", r.what, name)
		}
	}
}

// stacks are those whose answers were looked for, and the products that they are here.
var stacks = []coverageRow{
	{"Flask-JWT", "flask-jwt", ""},
	{"Flask-JWT-Extended", "flask-jwt-extended", ""},
	{"Flask_PyJWT", "flask-pyjwt werkzeug", ""},
	{"Auth0's quickstart for Flask", "auth0-flask", ""},
	{"Django REST framework", "drf drf-token django-oauth-toolkit", ""},
	{"Simple JWT", "simplejwt", ""},
	{"django-rest-framework-jwt", "drf-jwt", ""},
	{"FastAPI", "fastapi", ""},
	{"Starlette's AuthenticationMiddleware", "", ownWords},

	{"express-jwt", "express-jwt express jsonwebtoken", ""},
	{"passport-jwt", "passport-jwt", ""},
	{"NestJS", "nestjs", ""},
	{"koa-jwt", "koa-jwt", ""},
	{"@fastify/jwt", "fastify-jwt", ""},
	{"express-oauth2-jwt-bearer", "express-oauth2-jwt-bearer", ""},

	{"Spring Security", "spring spring-oauth", ""},
	{"Quarkus", "rfc6750-bare", ""},
	{"Micronaut", "micronaut", ""},
	{"ASP.NET Core", "aspnetcore", ""},

	{"auth0 go-jwt-middleware v3 and v2", "go-jwt-middleware", ""},
	{"echo-jwt", "echo-jwt", ""},
	{"gin-jwt", "gin-jwt", ""},
	{"go-chi jwtauth", "jwtauth", ""},
	{"Fiber's jwtware", "fiber-jwt", ""},
	{"devise-jwt", "devise-jwt ruby-jwt", ""},
	{"Knock", "", oneAnswer},
	{"Laravel's guards", "laravel", ""},
	{"league/oauth2-server", "league-oauth2", ""},
	{"tymon/jwt-auth", "tymon", ""},
	{"LexikJWTAuthenticationBundle", "lexik", ""},
	{"JWT Authentication for WP REST API", "wp-jwt-auth", ""},
	{"Guardian", "guardian", ""},
	{"actix-web-httpauth", "rfc6750-bare", ""},
	{"axum", "axum", ""},

	{"PostgREST", "postgrest", ""},
	{"Hasura", "hasura", ""},
	{"Supabase Auth", "supabase-auth", ""},
	{"Kubernetes", "kubernetes", ""},
	{"Envoy", "envoy-jwt", ""},
	{"Istio", "istio envoy-jwt", ""},
	{"ESPv2, API Gateway and Endpoints of Google Cloud", "esp-v2", ""},
	{"Kong", "kong", ""},
	{"Traefik", "traefik", ""},
	{"nginx Plus auth_jwt", "", unverified},
	{"mod_auth_openidc", "mod-auth-openidc", ""},
	{"mod_auth_bearer", "rfc6750-bare", ""},
	{"oauth2-proxy", "oauth2-proxy", ""},
	{"API Gateway of AWS, REST", "apigw", ""},
	{"API Gateway of AWS, HTTP", "apigw-http", ""},
	{"AppSync", "appsync", ""},
	{"CloudFront itself", "", otherField}, // a bad Signature Version 4 before S3
	{"Cloud Run", "", unverified},
	{"Identity-Aware Proxy", "", unverified},
	{"Azure API Management", "azure-apim", ""},
	{"Azure App Service", "azure-easyauth", ""},
	{"Tyk", "tyk", ""},
	{"KrakenD", "", oneAnswer},
	{"WSO2", "wso2", ""},
	{"Apigee", "apigee", ""},
	{"Cloudflare Access", "cloudflare-access", ""},
	{"Elasticsearch", "elasticsearch", ""},
	{"Vault", "vault", ""},
	{"Grafana", "", unverified},
	{"Argo CD", "argo-cd", ""},
	{"GitLab", "gitlab", ""},
	{"Docker registry", "docker-registry", ""},
	{"httpbin /bearer", "rfc6750-bare", ""},

	{"load balancers of AWS", "alb", ""},
	{"IIS", "iis", ""},
	{"Apache httpd", "apache", ""},
	{"nginx", "nginx", ""},
	{"HAProxy", "haproxy", ""},
	{"Tomcat", "tomcat", ""},
	{"gunicorn", "gunicorn", ""},
	{"Go's net/http", "go-http", ""},
}

// TestStacks: no stack that was looked for is lost.
func TestStacks(t *testing.T) {
	known := ids(base(t).Fingerprints, func(f Fingerprint) string { return f.Product })
	for _, row := range stacks {
		row.check(t, known)
	}
}

// ways are those in which the header is known to get lost, replaced or refused, and the
// causes that they are here.
var ways = []coverageRow{
	// Apache httpd.
	{"mod_wsgi, with its default", "apache-mod-wsgi-passauth-off apache-mod-wsgi-banner apache-mod-wsgi-behind", ""},
	{"mod_wsgi, set for another path", "apache-mod-wsgi-scope", ""},
	{"CGI", "apache-cgi-no-auth apache-cgi-php apache-cgi-python", ""},
	{"mod_proxy_fcgi and PHP-FPM", "apache-proxy-fcgi-php-fpm apache-php-behind", ""},
	{"mod_php", "apache-mod-php", ""},
	{"mod_fcgid", "apache-mod-fcgid", ""},
	{"mod_fastcgi", "apache-mod-fastcgi", ""},
	{"suEXEC", "apache-suexec", ""},
	{"REDIRECT_HTTP_AUTHORIZATION", "apache-redirect-prefix apache-redirect-carrier", ""},
	{"REDIRECT_ and a scheme that Symfony does not know", "php-symfony-redirect-nonbearer", ""},
	{"a Basic login on the same URL", "apache-auth-basic-consumes", ""},
	{"AuthBasicFake", "apache-auth-basic-replace", ""},
	{"AuthBearerProxy", "apache-auth-bearer-proxy", ""},
	{"RequestHeader unset", "apache-requestheader-unset", ""},
	{"mod_auth_openidc", "apache-mod-auth-openidc", ""},
	{"mod_proxy_uwsgi", "apache-proxy-uwsgi", ""},
	{"ProxyPass to http", "apache-proxy-http", ""},
	{"two fields are merged", "", "the probe sends two only to ask, and then it is an answer, no cause"},
	{"LimitRequestFieldSize", "apache-field-size", ""},
	{"underscores in names", "", otherField},

	// nginx.
	{"proxy_set_header with an empty value", "nginx-set-header-empty", ""},
	{"proxy_set_header is not inherited", "nginx-set-header-empty", ""}, // its where says so; by itself it loses nothing
	{"proxy_pass_request_headers off", "nginx-pass-headers-off", ""},
	{"fastcgi_params", "nginx-fastcgi", ""},
	{"auth_basic on the same URL", "nginx-auth-basic-collision", ""},
	{"auth_request", "nginx-auth-request-empty nginx-auth-request-removed", ""},
	{"two fields are refused", "", "the probe sends two only to ask, and then it is an answer, no cause"},
	{"large_client_header_buffers", "nginx-header-too-large", ""},
	{"underscores_in_headers", "", otherField},
	{"ingress-nginx, auth-type", "nginx-auth-basic-collision nginx-set-header-empty", ""},
	{"ingress-nginx, auth-response-headers", "nginx-auth-request-removed", ""},
	{"OPTIONS is guarded", "cors-preflight", ""},

	// Other proxies, gateways and meshes.
	{"Envoy's forward", "envoy-jwt-forward", ""},
	{"Istio's forwardOriginalToken", "istio-forward-original-token", ""},
	{"ESPv2 and API Gateway of Google Cloud", "gcp-esp-x-forwarded-authorization", ""},
	{"Cloud Run removes the signature", "gcp-cloud-run-signature gcp-cloud-run-signature-refused", ""},
	{"Identity-Aware Proxy", "login-redirect", ""}, // its own texts and fix are unverified
	{"the API server of Kubernetes as a proxy", "kube-apiserver-proxy", ""},
	{"Kong's hide_credentials", "kong-hide-credentials", ""},
	{"Tyk's strip_auth_data", "tyk-strip-auth-data", ""},
	{"Traefik's basicAuth", "traefik-basicauth-removeheader basic-auth-in-front", ""},
	{"Traefik's forwardAuth", "traefik-forwardauth-replace", ""},
	{"oauth2-proxy, the login", "oauth2-proxy-login", ""},
	{"oauth2-proxy, its own header", "oauth2-proxy-replace", ""},
	{"HAProxy, del-header", "proxy-removes-header proxy-check-then-remove", ""}, // it leaves no mark on answers
	{"HAProxy, tune.bufsize", "haproxy-bufsize", ""},
	{"Caddy, header_up", "caddy-header-up", ""},
	{"Varnish, unset", "varnish-unset", ""},
	{"Squid, request_header_access and login", "squid-access", ""},
	{"Zuul, sensitiveHeaders", "zuul-sensitive-headers", ""},
	{"Spring Cloud Gateway, TokenRelay and RemoveRequestHeader", "gateway-replaces-token proxy-removes-header", ""},
	{"http-proxy, auth", "http-proxy-auth-option", ""}, // which fills in, and writes over nothing
	{"gunicorn, header_map", "", otherField},
	{"gunicorn, limit_request_field_size", "gunicorn-field-size", ""},
	{"uWSGI, buffer-size", "uwsgi-buffer-size", ""},
	{"Tomcat, maxHttpRequestHeaderSize", "tomcat-header-size", ""},
	{"Tomcat, AJP", "tomcat-ajp", ""},
	{"Tomcat, RequestFilterValve", "", unseen},

	// Clouds, CDNs, platforms.
	{"CloudFront, policy", "cloudfront-not-in-policy", ""},
	{"CloudFront, OPTIONS", "cloudfront-options", ""},
	{"CloudFront, origin access control", "cloudfront-oac-overrides aws-signs-the-request", ""},
	{"API Gateway drops Signature Version 4", "", "no token is one"},
	{"API Gateway renames fields", "apigw-remapped", ""},
	{"API Gateway, Missing Authentication Token", "apigw-missing-auth-token", ""},
	{"API Gateway, Bearer where IAM is wanted", "apigw-bearer-on-iam", ""},
	{"load balancers of AWS, authenticate", "alb-oidc", ""},
	{"Lambda URL with IAM", "lambda-url-iam", ""},
	{"Azure App Service", "azure-easyauth", ""},
	{"Azure API Management", "azure-apim-policy-order", ""},
	{"Azure Front Door and Application Gateway", "", unverified},
	{"IIS, Windows authentication", "iis-windows-auth", ""},
	{"IIS, ARR", "", unverified},
	{"Vercel", "vercel-strip", ""},
	{"Next on CloudFront", "cloudfront-not-in-policy", ""},
	{"Netlify, Heroku, Firebase Hosting, Shopify", "", unverified},
	{"Cloudflare Access", "cloudflare-access", ""},
	{"Cloudflare Workers and Fastly", "", unverified},
	{"shared hosting", "wp-shared-hosting", ""},
	{"LiteSpeed", "", unverified},
	{"the .htaccess of Laravel and Drupal", "php-htaccess-lost", ""},

	// Clients and redirects.
	{"a redirect to another host: Go, curl, requests, browsers", "redirect-www", ""},
	{"a redirect to https", "redirect-https", ""},
	{"a redirect for a slash", "redirect-trailing-slash", ""},
	{".netrc", "", elsewhere},
	{"user and password in the URL", "", elsewhere},
	{"another scheme than the application wants", "wrong-scheme", ""},
	{"a scheme in another case", "scheme-case", ""},
	{"a line end at the end of the token", "client-newline", ""},
	{"quotes around the token", "client-quotes client-prefix-twice", ""},
	{"the header is too long", "header-too-large", ""},
	{"two fields, or two values in one", "", elsewhere},
	{"Basic and Bearer on one URL", "apache-auth-basic-consumes nginx-auth-basic-collision basic-auth-in-front", ""},
	{"names in small letters over HTTP/2", "http2-lowercase", ""},
	{"CORS", "cors-preflight", ""},
	{"service workers, proxies of companies", "", unverified},
}

// TestWays: no way that is known is lost.
func TestWays(t *testing.T) {
	known := ids(base(t).Causes, func(c Cause) string { return c.ID })
	for _, row := range ways {
		row.check(t, known)
	}
}
