package verify_test

import (
	"fmt"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

// The token of RFC 7515 A.1, a year after it has expired, and at another service
// than the one it is for.
func ExampleToken() {
	t, err := token.Parse("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" +
		".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" +
		".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
	if err != nil {
		fmt.Println(err)
		return
	}
	keys, err := key.Parse([]byte(`{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	result := verify.Token(t, keys, verify.Policy{
		Issuer: "joe", Audience: []string{"api"}, Now: time.Date(2012, 3, 22, 0, 0, 0, 0, time.UTC),
	})
	fmt.Println(result.Outcome(), result.Verified())
	for _, c := range result.Checks {
		if c.Status == verify.Fail {
			fmt.Printf("%s: %s, got %q, want %q\n", c.ID, c.Code, c.Got, c.Want)
		}
	}
	// Output:
	// claim-mismatch true
	// aud: missing, got "", want "api"
	// exp: expired, got "2011-03-22 18:43:00 UTC", want "later than 2012-03-22 00:00:00 UTC"
}
