import os
import sys
import time
import uuid

import jwt

with open(os.environ["SIGNER_KEY_FILE"]) as file:
    key = file.read()


def token_for(user):
    now = int(time.time())
    claims = {
        "iss": os.environ["SIGNER_ID"],
        "aud": os.environ["EDGE"],
        "sub": user,
        "iat": now,
        "exp": now + 120,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": os.environ["SIGNER_KEY_ID"]})


print(token_for(sys.argv[1]))
