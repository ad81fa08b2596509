package key_test

import (
	"errors"
	"fmt"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

func ExampleParse() {
	set, err := key.Parse([]byte(`{"keys":[
		{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"2024-11"},
		{"kty":"OKP","crv":"Ed448","x":"…","kid":"next"}
	]}`))
	if err != nil {
		panic(err)
	}
	for _, k := range set.Keys {
		fmt.Println(k.ID, "is an", k, k.Thumbprint())
	}
	for _, u := range set.Unusable {
		fmt.Println(u.ID, u.Why)
	}
	// Output:
	// 2024-11 is an Ed25519 public key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
	// next has crv "Ed448", which is not supported
}

func ExampleNewSecret() {
	k, err := key.NewSecret([]byte("correct horse battery staple"))
	fmt.Println(k, err)

	_, err = key.NewSecret([]byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`))
	if e, ok := errors.AsType[*key.NotSecretError](err); ok {
		fmt.Println("refused:", e.What)
	}
	// Output:
	// secret of 28 bytes <nil>
	// refused: a JWK or JWK Set
}
