package issuer_test

import (
	"fmt"

	"github.com/jwt-toolkit/jwt/pkg/issuer"
)

func ExampleDocuments() {
	target, err := issuer.Check("https://id.example.com/realms/a")
	fmt.Println(err)
	for _, document := range issuer.Documents(target) {
		fmt.Println(document)
	}
	// Output:
	// <nil>
	// https://id.example.com/realms/a/.well-known/openid-configuration
	// https://id.example.com/.well-known/oauth-authorization-server/realms/a
}
