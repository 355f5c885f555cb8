"""
What in a text or file tells who somebody is; and a copy that truly lacks it.

    spans = find("报警人侯桂兰，手机138 0000 1234")
    redact("报警人侯桂兰，手机138 0000 1234", spans).text      # 报警人侯某，手机〔电话〕
"""
