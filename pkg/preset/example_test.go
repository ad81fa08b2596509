package preset_test

import (
	"fmt"

	"github.com/jwt-toolkit/jwt/pkg/preset"
)

// What a JWT access token has to be like.
func ExampleLookup() {
	p, err := preset.Lookup("access-token")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Name, p.Verify.Type, p.Verify.Require)
	// Output: RFC 9068 at+jwt [iss exp aud sub client_id iat jti]
}
