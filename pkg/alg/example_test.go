package alg_test

import (
	"fmt"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
)

func ExampleAlgorithm_Verify() {
	k, err := key.NewSecret([]byte("correct horse battery staple 123"))
	if err != nil {
		panic(err)
	}
	a := alg.For(k)[0]
	signature, err := a.Sign(k, []byte("header.payload"))
	if err != nil {
		panic(err)
	}
	fmt.Println(a.Name, a.Verify(k, []byte("header.payload"), signature))
	fmt.Println(a.Name, a.Verify(k, []byte("header.other"), signature))

	rs256, _ := alg.Lookup("RS256")
	fmt.Println(rs256.Verify(k, []byte("header.payload"), signature))
	// Output:
	// HS256 <nil>
	// HS256 the signature does not match
	// RS256 needs a key of kind RSA, not secret
}
